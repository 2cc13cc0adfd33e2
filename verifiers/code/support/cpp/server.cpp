// The candidate's main program: finds the function, reports exceptions, parts in order.
#include "server.hpp"

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <new>
#include <unistd.h>

namespace verisieve {
namespace {

Entry* entries;

// An exception as Python's harness describes one: name, bases, known classes, text, arguments, attributes, place.
void answer_exception(const char* name, const char* message) {
    Out out('X');
    out.open('t', 7);
    out.text(name, std::strlen(name));
    out.open('l', 0);
    out.open('l', 0);
    out.text(message, std::strlen(message));
    out.open('t', 1);
    out.text(message, std::strlen(message));
    out.open('m', 0);
    out.text("", 0);
    out.send();
}

void answer_current_exception() {
    try {
        throw;
    } catch (const Mismatch& error) {
        answer_exception("TypeError", error.due);
    } catch (const std::bad_alloc&) {
        answer_exception("MemoryError", "bad_alloc");
    } catch (const std::exception& error) {
        char* name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, nullptr);
        const char* last = name ? std::strrchr(name, ':') : nullptr;
        answer_exception(last ? last + 1 : name ? name : "exception", error.what());
    } catch (const char* text) {
        answer_exception("thrown", text ? text : "");
    } catch (...) {
        answer_exception("thrown", "an object that is no std::exception");
    }
}

void answer(In& in) {
    if (in.kind != 'C' || in.open("a call") != 4) throw Mismatch{"a call"};
    Size size = 0;
    const char* name = in.text(size);
    for (Entry* entry = entries; entry; entry = entry->next)
        if (std::strlen(entry->name) == size && std::memcmp(entry->name, name, size) == 0) return entry->handler(in);
    throw Mismatch{"a known function"};
}

}  // namespace

Entry::Entry(const char* name, Handler handler) : name(name), handler(handler), next(entries) { entries = this; }

}  // namespace verisieve

int main() {
    using namespace verisieve;
    for (;;) {
        In in;
        if (in.kind == 0) ::_exit(3);
        if (in.kind == 'Q') {
            int number = static_cast<int>(in.integer("a number"));
            Out('Q').send();
            ::close(3);
            ::_exit(number);
        }
        try {
            answer(in);
        } catch (...) {
            answer_current_exception();
        }
    }
}
