// Integers and texts of the wire as bytes, both ways.
"use strict";

const { isUtf8 } = require("buffer");

const MAX_INT = 1 << 20; // bytes of one integer

class WireError extends Error {}

function bigBytes(value) {
  const negative = value < 0n;
  let digits = (negative ? -value - 1n : value).toString(16);
  if (digits.length % 2) digits = `0${digits}`;
  if (parseInt(digits[0], 16) > 7) digits = `00${digits}`;
  if (digits.length > 2 * MAX_INT) throw new WireError("integer too large");
  const data = Buffer.from(digits, "hex");
  return negative ? data.map((byte) => ~byte) : data;
}

function bigFrom(data) {
  if (data.length > MAX_INT) throw new WireError("integer too large");
  if (data.length === 0) return 0n;
  const negative = data[0] > 127;
  const digits = BigInt(`0x${Buffer.from(negative ? data.map((byte) => ~byte) : data).toString("hex")}`);
  return negative ? -digits - 1n : digits;
}

/** UTF-8, and a half of a surrogate pair as the three bytes that Python's `surrogatepass` gives it. */
function textBytes(text) {
  const data = Buffer.from(text, "utf8");
  if (!data.includes("\ufffd")) return data;
  const parts = text.split(/(\p{Surrogate})/u);
  return Buffer.concat(parts.map((part, index) => (index % 2 ? halfBytes(part.charCodeAt(0)) : Buffer.from(part))));
}

function halfBytes(unit) {
  return Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
}

function textFrom(data) {
  if (isUtf8(data)) return data.toString("utf8");
  const parts = data.toString("latin1").split(/(\xed[\xa0-\xbf][\x80-\xbf])/);
  return parts.map((part, index) => {
    const bytes = Buffer.from(part, "latin1");
    if (index % 2) return String.fromCharCode(0xd000 | ((bytes[1] & 0x3f) << 6) | (bytes[2] & 0x3f));
    if (!isUtf8(bytes)) throw new WireError("text is not UTF-8");
    return bytes.toString("utf8");
  }).join("");
}

module.exports = { WireError, bigBytes, bigFrom, textBytes, textFrom };
