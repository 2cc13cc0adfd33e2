// The tests' side: a call of the solution, with the declared types. Comes before the tests.
#pragma once

#include "wire.hpp"

namespace verisieve {

void held();                                      // one more test held
[[noreturn]] void malformed(const char* due);     // the answer is not of the declared type: nothing can be judged
[[noreturn]] void raise(In& in);                  // throws what the solution threw

template <class P, class T>
void read_changed(In& in, bool due, T& argument) {
    if (!due) return;
    if constexpr (std::is_same_v<Plain<P>, char*>) {
        Size size = 0;
        const char* text = in.text(size);
        if (size > __builtin_strlen(argument)) throw Mismatch{"a string that is no longer than the given one"};
        __builtin_memcpy(argument, text, size);
        argument[size] = 0;
    } else if constexpr (is_changeable<P>) {
        argument = read<Plain<P>>(in);
    } else {
        read<Plain<P>>(in);  // a change that no caller with the declared type could see
    }
}

template <class... P, class... T>
void read_changes(In& in, List<P...>, T&... arguments) {
    for (Size left = in.open_map("changed arguments"); left > 0; --left) {
        const long long index = in.integer("the number of an argument");
        long long at = 0;
        if (index < 0 || index >= static_cast<long long>(sizeof...(P))) throw Mismatch{"the number of an argument"};
        (read_changed<P>(in, at++ == index, arguments), ...);
    }
}

template <class R, class... P, class... T>
R take_answer(In& in, List<P...> declared, T&... arguments) {
    const bool changes = in.kind == 'M';
    if (changes) {
        if (in.open("an answer with changes") != 3) throw Mismatch{"an answer with changes"};
        in.none();
    }
    if constexpr (std::is_void_v<R>) {
        in.none();
        if (changes) read_changes(in, declared, arguments...);
        in.end();
    } else {
        auto result = read<std::remove_cv_t<R>>(in);
        if (changes) read_changes(in, declared, arguments...);
        in.end();
        return result;
    }
}

template <class R, class... P, class... T>
R call(const char* name, R (*)(P...), T&... arguments) {
    static_assert(!std::is_reference_v<R>, "a reference cannot cross from the solution to its tests");
    Out out('C');
    out.open('t', 4);
    out.text(name, __builtin_strlen(name));
    out.open('t', sizeof...(P));
    (write<Plain<P>>(out, arguments), ...);
    out.open('m', 0);
    out.tag((is_changeable<P> || ... || false) ? 'T' : 'F');
    out.send();
    In in;
    if (in.kind == 'X') raise(in);
    try {
        return take_answer<R>(in, List<P...>(), arguments...);
    } catch (const Mismatch& error) {
        malformed(error.due);
    }
}

}  // namespace verisieve
