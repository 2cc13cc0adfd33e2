// The candidate's side: its functions answer calls until the tester says goodbye. Comes before the foreign code.
#pragma once

#include "wire.hpp"

namespace verisieve {

using Handler = void (*)(In& in);

// Makes one function known by its name.
struct Entry {
    Entry(const char* name, Handler handler);
    const char* name;
    Handler handler;
    Entry* next;
};

// One call: reads the arguments one by one, calls, answers. Arguments of declared type P live here until the end.
template <class Call, class... P>
struct Invocation {
    template <class... Done>
    static void with(In& in, List<>, Done&... done) {
        if (in.open_map("no keywords") != 0) throw Mismatch{"no keyword arguments"};
        const bool watch = in.truth();
        in.end();
        using Result = decltype(Call()(static_cast<Passed<P, Done>>(done)...));
        if constexpr (std::is_void_v<Result>) {
            Call()(static_cast<Passed<P, Done>>(done)...);
            answer(watch, [](Out& out) { out.tag('N'); }, done...);
        } else {
            Plain<Result> result = Call()(static_cast<Passed<P, Done>>(done)...);
            answer(watch, [&](Out& out) { write(out, result); }, done...);
        }
    }

    template <class Next, class... Rest, class... Done>
    static void with(In& in, List<Next, Rest...>, Done&... done) {
        auto value = read<std::decay_t<Next>>(in);
        with(in, List<Rest...>(), done..., value);
    }

private:
    template <class D, class T>
    using Passed = std::conditional_t<std::is_rvalue_reference_v<D>, T&&, T&>;

    template <class Result, class... Done>
    static void answer(bool watch, Result result, Done&... done) {
        constexpr Size changeable = (Size(is_changeable<P>) + ... + 0);
        Out out(watch && changeable ? 'M' : 'R');
        if (watch && changeable) {
            out.open('t', 3);
            out.tag('N');
        }
        result(out);
        if (watch && changeable) {
            out.open('m', changeable);
            long long index = 0;
            (changed<P>(out, index++, done), ...);
        }
        out.send();
    }

    template <class D, class T>
    static void changed(Out& out, long long index, const T& value) {
        if constexpr (is_changeable<D>) {
            out.integer(index);
            write(out, value);
        }
    }
};

template <class Call, class R, class... P>
void handle_as(In& in, R (*)(P...)) {
    if (in.open("arguments") != sizeof...(P)) throw Mismatch{"another number of arguments"};
    Invocation<Call, P...>::with(in, List<P...>());
}

template <class Call, class R, class... P>
void handle_as(In& in, R (*)(P...) noexcept) {
    handle_as<Call>(in, static_cast<R (*)(P...)>(nullptr));
}

// Answers a call of what `Call` calls, with arguments of the types of a function pointer.
template <class Call, class Signature>
void handle(In& in) {
    handle_as<Call>(in, static_cast<Signature>(nullptr));
}

}  // namespace verisieve
