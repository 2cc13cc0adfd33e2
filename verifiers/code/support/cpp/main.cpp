// The solution (ENTRY stands for its entry point) as one unit with our server's head. Its own main program is renamed;
// after it come as few words as can be, since it may have made any word a macro.
#include "server.hpp"

#define main verisieve_main
#include "prelude.hpp"
#ifdef VERISIEVE_CONTEXT
#include "context.cpp"
#endif
#include "solution.cpp"
#undef main

namespace {
struct VerisieveCall {
    template <class... T>
    auto operator()(T&&... values) const -> decltype(::ENTRY(static_cast<T&&>(values)...)) {
        return ::ENTRY(static_cast<T&&>(values)...);
    }
};
#ifdef VERISIEVE_DECLARED
#include "declared.hpp"
verisieve::Entry verisieve_entry("ENTRY", &verisieve::handle<VerisieveCall, decltype(&verisieve_declared)>);
#else
verisieve::Entry verisieve_entry("ENTRY", &verisieve::handle<VerisieveCall, decltype(&::ENTRY)>);
#endif
}  // namespace
