// How std::any and boost::any cross: the usual types as themselves, the others with their name.
#pragma once

#include <string>

#include "wire.hpp"

namespace verisieve {

template <class T>
void any_cast();  // makes the name a template's, so that the arguments' namespace is searched too

template <class T, class... Known>
struct AnyOf {
    static constexpr bool known = true;

    static void write(Out& out, const T& value) {
        if (value.type() == T().type()) out.tag('N');
        else if (!(write_as<Known>(out, value) || ...)) throw Mismatch{"an any of a usual type"};
    }

    static T read(In& in) {
        T value;
        switch (in.peek()) {
            case 'N': in.none(); break;
            case 'i': value = verisieve::read<int>(in); break;
            case 'f': value = in.real(); break;
            case 'T': case 'F': value = in.truth(); break;
            case 's': case 'b': value = verisieve::read<std::string>(in); break;
            default: read_named(in, value);
        }
        return value;
    }

private:
    template <class K>
    static constexpr bool is_usual =
        std::is_same_v<K, int> || std::is_same_v<K, double> || std::is_same_v<K, bool> || std::is_same_v<K, std::string>;

    template <class K>
    static bool write_as(Out& out, const T& value) {
        const K* held = any_cast<K>(&value);
        if (!held) return false;
        if constexpr (!is_usual<K>) {
            out.open('t', 2);
            verisieve::write<const char*>(out, typeid(K).name());
        }
        verisieve::write(out, *held);
        return true;
    }

    static void read_named(In& in, T& value) {
        if (in.open("an any") != 2) throw Mismatch{"an any"};
        const auto name = verisieve::read<std::string>(in);
        if (!(read_as<Known>(in, name, value) || ...)) throw Mismatch{"an any of a usual type"};
    }

    template <class K>
    static bool read_as(In& in, const std::string& name, T& value) {
        if (name != typeid(K).name()) return false;
        value = verisieve::read<K>(in);
        return true;
    }
};

template <class T>
struct Custom<T, std::enable_if_t<std::is_same_v<decltype(std::declval<const T&>().type()), const std::type_info&>>>
    : AnyOf<T, int, double, bool, std::string, char, float, long, long long, unsigned, unsigned long, const char*> {};

}  // namespace verisieve
