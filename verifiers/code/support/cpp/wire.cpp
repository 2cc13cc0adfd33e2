// Bytes and descriptors of the wire; knows nothing of C++ types. The format is described in harness/encode.py.
#include "wire.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace verisieve {
namespace {

constexpr int descriptor = 3;
constexpr Size max_frame = 16u << 20;

bool read_all(unsigned char* data, Size size) {
    while (size > 0) {
        const ssize_t got = ::read(descriptor, data, size);
        if (got == 0 || (got < 0 && errno != EINTR)) return false;
        if (got > 0) data += got, size -= static_cast<Size>(got);
    }
    return true;
}

Size tail_of(unsigned char lead) {  // how many bytes follow the first one of a character; 4 where none may
    if (lead < 0x80) return 0;
    if (lead >= 0xC2 && lead < 0xE0) return 1;
    if (lead >= 0xE0 && lead < 0xF0) return 2;
    return lead >= 0xF0 && lead < 0xF5 ? 3 : 4;
}

bool is_utf8(const char* text, Size size) {
    const auto* data = reinterpret_cast<const unsigned char*>(text);
    for (Size at = 0; at < size;) {
        const Size tail = tail_of(data[at]);
        if (tail == 4 || tail >= size - at) return false;
        for (Size i = 1; i <= tail; ++i)
            if ((data[at + i] & 0xC0) != 0x80) return false;
        const unsigned lead = data[at], next = tail ? data[at + 1] : 0;
        if ((lead == 0xE0 && next < 0xA0) || (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F)) return false;
        at += tail + 1;
    }
    return true;
}

}  // namespace

Out::Out(char kind) {
    number(0, 4);  // the length, when it is known
    tag(kind);
}

Out::~Out() { std::free(data_); }

void Out::raw(const void* data, Size size) {
    if (size_ + size > room_) {
        room_ = 2 * (size_ + size) + 64;
        data_ = static_cast<char*>(std::realloc(data_, room_));
        if (!data_) std::abort();
    }
    if (size > 0) std::memcpy(data_ + size_, data, size);
    size_ += size;
}

void Out::number(unsigned long long value, int bytes) {
    char big[8];
    for (int i = 0; i < bytes; ++i) big[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
    raw(big, static_cast<Size>(bytes));
}

void Out::tag(char tag) { raw(&tag, 1); }

void Out::open(char kind, Size count) {
    tag(kind);
    number(count, 4);
}

void Out::integer(long long value) {
    tag('i');
    number(static_cast<unsigned long long>(value), 8);
}

void Out::natural(unsigned long long value) {
    if (value >> 63 == 0) return integer(static_cast<long long>(value));
    open('I', 9);
    tag(0);
    number(value, 8);
}

void Out::real(double value) {
    unsigned long long bits;
    std::memcpy(&bits, &value, 8);
    tag('f');
    number(bits, 8);
}

void Out::real(float value) {
    char text[40];
    for (int digits = 6; digits <= 9 && __builtin_isfinite(value); ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
        const double near = std::strtod(text, nullptr);
        if (static_cast<float>(near) == value) return real(near);
    }
    real(static_cast<double>(value));
}

void Out::text(const char* data, Size size) {
    open(is_utf8(data, size) ? 's' : 'b', size);
    raw(data, size);
}

void Out::send() {
    const Size length = size_ - 4;
    for (int i = 0; i < 4; ++i) data_[i] = static_cast<char>(length >> (8 * (3 - i)));
    for (Size at = 0; at < size_;) {
        const ssize_t put = ::write(descriptor, data_ + at, size_ - at);
        if (put < 0 && errno != EINTR) ::_exit(3);
        if (put > 0) at += static_cast<Size>(put);
    }
}

In::In() {
    unsigned char head[4];
    if (!read_all(head, 4)) return;
    size_ = head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3];
    if (size_ < 1 || size_ > max_frame) return;
    data_ = static_cast<unsigned char*>(std::malloc(size_));
    if (data_ && read_all(data_, size_)) kind = static_cast<char>(data_[at_++]);
}

In::~In() { std::free(data_); }

const unsigned char* In::take(Size size) {
    if (size > size_ - at_) throw Mismatch{"more bytes"};
    at_ += size;
    return data_ + at_ - size;
}

unsigned long long In::number(int bytes) {
    unsigned long long value = 0;
    const unsigned char* data = take(static_cast<Size>(bytes));
    for (int i = 0; i < bytes; ++i) value = value << 8 | data[i];
    return value;
}

char In::peek() const {
    if (packed_ > 0) return packed_tag_;
    return at_ < size_ ? static_cast<char>(data_[at_]) : '\0';
}

char In::tag() {
    if (packed_ == 0) return static_cast<char>(*take(1));
    --packed_;
    return packed_tag_;
}

Size In::open(const char* due) {
    const char kind = tag();
    if (kind == '\0' || !std::strchr("ltSZqD", kind)) throw Mismatch{due};
    const Size count = number(4);
    if (count > size_ - at_) throw Mismatch{due};
    if (kind == 'q' || kind == 'D') packed_ = count, packed_tag_ = kind == 'q' ? 'i' : 'f';
    return count;
}

Size In::open_map(const char* due) {
    if (tag() != 'm') throw Mismatch{due};
    return number(4);
}

bool In::truth() {
    if (peek() != 'T' && peek() != 'F') {
        const long long value = integer("a bool");
        if (value != 0 && value != 1) throw Mismatch{"a bool"};
        return value == 1;
    }
    return tag() == 'T';
}

long long In::integer(const char* due) {
    switch (tag()) {
        case 'T': return 1;
        case 'F': return 0;
        case 'i': return static_cast<long long>(number(8));
        case 'f': {
            const unsigned long long bits = number(8);
            double value;
            std::memcpy(&value, &bits, 8);
            if (value >= -0x1p63 && value < 0x1p63 && __builtin_trunc(value) == value) return static_cast<long long>(value);
        }
    }
    throw Mismatch{due};
}

unsigned long long In::natural(const char* due) {
    if (peek() == 'I') {
        tag();
        if (number(4) != 9 || number(1) != 0) throw Mismatch{due};
        return number(8);
    }
    const long long value = integer(due);
    if (value < 0) throw Mismatch{due};
    return static_cast<unsigned long long>(value);
}

double In::real() {
    if (peek() == 'i') return static_cast<double>(integer("a number"));
    if (tag() != 'f') throw Mismatch{"a number"};
    const unsigned long long bits = number(8);
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
}

const char* In::text(Size& size) {
    const char kind = tag();
    if (kind != 's' && kind != 'b' && kind != 'a') throw Mismatch{"a string"};
    size = number(4);
    return reinterpret_cast<const char*>(take(size));
}

char* In::copy_text() {
    if (peek() == 'N') return none(), nullptr;
    Size size = 0;
    const char* data = text(size);
    char* copy = static_cast<char*>(std::calloc(size + 1, 1));
    if (!copy) std::abort();
    std::memcpy(copy, data, size);
    return copy;
}

void In::none() {
    if (tag() != 'N') throw Mismatch{"nothing"};
}

void In::end() const {
    if (at_ != size_) throw Mismatch{"the end of the message"};
}

}  // namespace verisieve
