// What a call of the solution needs beside its types: exceptions by their names, and the driver's other messages.
#include "client.hpp"

#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace verisieve {
namespace {

std::string take_text(In& in) {
    Size size = 0;
    const char* data = in.text(size);
    return std::string(data, size);
}

template <class Error>
void raise_if(const std::string& name, const char* known, const std::string& message) {
    if (name == known) throw Error(message);
}

}  // namespace

void held() { Out('P').send(); }

void malformed(const char* due) {
    Out out('E');
    out.text(due, std::strlen(due));
    out.send();
    ::_exit(1);
}

void raise(In& in) {
    in.open("an exception");
    const std::string name = take_text(in);
    in.open("bases");
    in.open("known classes");
    const std::string message = take_text(in);
    if (name == "MemoryError") throw std::bad_alloc();
    raise_if<std::invalid_argument>(name, "invalid_argument", message);
    raise_if<std::domain_error>(name, "domain_error", message);
    raise_if<std::length_error>(name, "length_error", message);
    raise_if<std::out_of_range>(name, "out_of_range", message);
    raise_if<std::logic_error>(name, "logic_error", message);
    raise_if<std::range_error>(name, "range_error", message);
    raise_if<std::overflow_error>(name, "overflow_error", message);
    raise_if<std::underflow_error>(name, "underflow_error", message);
    throw std::runtime_error(message);
}

}  // namespace verisieve
