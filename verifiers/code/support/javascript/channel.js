// Frames over one descriptor, read and written without a turn of the event loop: tests call and wait.
"use strict";

const fs = require("fs");
const { WireError } = require("./scalars.js");
const { MAX_FRAME } = require("./wire.js");

class HangupError extends Error {}

/** Frames over one descriptor, strictly one after the other. */
class Channel {
  constructor(descriptor) {
    this.descriptor = descriptor;
    this.rest = Buffer.alloc(0);
    this.read = fs.readSync;
    this.write = fs.writeSync;
    this.hangUp = fs.closeSync;
  }

  send(kind, payload) {
    if (payload.length >= MAX_FRAME) throw new WireError("message too large");
    const data = Buffer.alloc(payload.length + 5); // zeros: a patched method would have sent what memory held
    data.writeUInt32BE(payload.length + 1);
    data.latin1Write(kind, 4);
    data.set(payload, 5);
    for (let sent = 0; sent < data.length; ) sent += this.retry(() => this.write(this.descriptor, data, sent));
  }

  receive() {
    while (this.rest.length < 4) this.more(65536);
    const size = this.rest.readUInt32BE();
    if (size < 1 || size > MAX_FRAME) throw new WireError("frame of impossible size");
    if (this.rest.length < size + 4) this.fill(size + 4);
    const [kind, payload] = [String.fromCharCode(this.rest[4]), this.rest.subarray(5, size + 4)];
    this.rest = this.rest.subarray(size + 4);
    return [kind, payload];
  }

  /** Whether the stream ends here, with not one byte more. */
  ended() {
    try {
      if (this.rest.length === 0) this.more(1);
      return false;
    } catch (error) {
      if (error instanceof HangupError) return true;
      throw error;
    }
  }

  close() {
    this.hangUp(this.descriptor);
  }

  more(size) {
    const chunk = Buffer.allocUnsafe(size);
    const fresh = chunk.subarray(0, this.into(chunk, 0));
    this.rest = this.rest.length ? Buffer.concat([this.rest, fresh]) : fresh;
  }

  fill(size) {
    const whole = Buffer.allocUnsafe(size);
    let held = this.rest.copy(whole);
    while (held < size) held += this.into(whole, held);
    this.rest = whole;
  }

  into(buffer, at) {
    const read = this.retry(() => this.read(this.descriptor, buffer, at, buffer.length - at, null));
    if (read === 0) throw new HangupError("the candidate hung up");
    return read;
  }

  retry(act) {
    for (;;) {
      try {
        return act();
      } catch (error) {
        if (error.code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        else if (error.code === "EPIPE" || error.code === "ECONNRESET") throw new HangupError("the candidate hung up");
        else throw error;
      }
    }
  }
}

module.exports = { Channel, HangupError };
