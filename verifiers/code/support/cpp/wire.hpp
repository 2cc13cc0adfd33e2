// The wire in C++: plain values to bytes and back, by the shape of their types.
//
// The format is described in harness/encode.py. This file comes before foreign code, so it includes next to nothing of
// the standard library (names that foreign code may use stay free) and knows containers by their members alone.
// Bytes and descriptors are the matter of wire.cpp, which is compiled apart for the same reason.
#pragma once

#include <exception>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace verisieve {

using Size = decltype(sizeof 0);

// Bytes that are no value of the type that is due.
struct Mismatch {
    const char* due;
};

// A message on its way out.
class Out {
public:
    explicit Out(char kind);
    ~Out();
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    void tag(char tag);
    void open(char tag, Size count);  // a container: l list, t tuple, m mapping
    void integer(long long value);
    void natural(unsigned long long value);
    void real(double value);
    void real(float value);  // as the shortest decimal fraction that is this float: 0.1f crosses as 0.1
    void text(const char* data, Size size);
    void send();

private:
    void raw(const void* data, Size size);
    void number(unsigned long long value, int bytes);
    char* data_ = nullptr;
    Size size_ = 0, room_ = 0;
};

// A message that came in; `kind` is 0 where the other end hung up.
class In {
public:
    In();  // waits for the next message
    ~In();
    In(const In&) = delete;
    In& operator=(const In&) = delete;
    char kind = 0;
    char peek() const;
    Size open(const char* due);  // a list, tuple or set: how many items follow
    Size open_map(const char* due);
    bool truth();
    long long integer(const char* due);
    unsigned long long natural(const char* due);
    double real();
    const char* text(Size& size);  // valid as long as the message
    char* copy_text();             // for ever; null for none
    void none();
    void end() const;

private:
    char tag();
    const unsigned char* take(Size size);
    unsigned long long number(int bytes);
    unsigned char* data_ = nullptr;
    Size at_ = 0, size_ = 0, packed_ = 0;  // how many items without tags are left
    char packed_tag_ = 0;
};

template <class T>
using Plain = std::remove_cv_t<std::remove_reference_t<T>>;
template <class... T>
struct List {};
template <class T>
constexpr bool never = false;

// What a type looks like.
template <class T, class = void>
constexpr bool is_text = false;
template <class T>
constexpr bool is_text<T, std::void_t<typename T::value_type, decltype(&T::substr)>> =
    std::is_same_v<typename T::value_type, char>;
template <class T, class = void>
constexpr bool is_map = false;
template <class T>
constexpr bool is_map<T, std::void_t<typename T::mapped_type>> = true;
template <class T, class = void>
constexpr bool is_range = false;
template <class T>
constexpr bool is_range<T, std::void_t<typename T::value_type, decltype(std::declval<const T&>().begin())>> = true;
template <class T, class = void>
constexpr bool can_push = false;
template <class T>
constexpr bool can_push<T, std::void_t<decltype(std::declval<T&>().push_back(std::declval<typename T::value_type>()))>> =
    true;
template <class T, class = void>
constexpr bool can_insert = false;
template <class T>
constexpr bool can_insert<T, std::void_t<decltype(std::declval<T&>().insert(std::declval<typename T::value_type>()))>> =
    true;
template <class T, class = void>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<T, std::void_t<typename T::value_type, decltype(std::declval<const T&>().has_value())>> = true;
template <class T, class = void>
constexpr bool is_tuple = false;
template <class T>
constexpr bool is_tuple<T, std::void_t<decltype(std::tuple_size<T>::value)>> = true;
template <class T>
constexpr bool is_hashable = std::is_arithmetic_v<T> || std::is_enum_v<T> || is_text<T>;

// A type with a way of its own across, such as std::any, specialises this.
template <class T, class = void>
struct Custom {
    static constexpr bool known = false;
};

template <class T>
void write(Out& out, const T& value);
template <class T>
T read(In& in);

template <class T, Size... I>
void write_tuple(Out& out, const T& value, std::index_sequence<I...>) {
    using std::get;
    out.open('t', sizeof...(I));
    (write(out, get<I>(value)), ...);
}

template <class T>
void write_map(Out& out, const T& value) {
    constexpr bool plain = is_hashable<typename T::key_type>;  // other keys cross as pairs
    out.open(plain ? 'm' : 'l', value.size());
    for (const auto& [key, item] : value) {
        if constexpr (!plain) out.open('t', 2);
        write(out, key);
        write(out, item);
    }
}

template <class T>
void write_range(Out& out, const T& value) {
    Size count = 0;
    for (auto at = value.begin(); at != value.end(); ++at) ++count;
    out.open('l', count);
    for (auto at = value.begin(); at != value.end(); ++at) write<typename T::value_type>(out, *at);
}

template <class To, class From>
To narrow(From value) {
    if (static_cast<From>(static_cast<To>(value)) != value) throw Mismatch{"an integer that its type can hold"};
    return static_cast<To>(value);
}

template <class T>
void write_number(Out& out, T value) {
    if constexpr (std::is_same_v<T, bool>) out.tag(value ? 'T' : 'F');
    else if constexpr (std::is_same_v<T, char>) out.text(&value, 1);
    else if constexpr (std::is_same_v<T, float>) out.real(value);
    else if constexpr (std::is_floating_point_v<T>) out.real(static_cast<double>(value));
    else if constexpr (std::is_signed_v<T>) out.integer(narrow<long long>(value));
    else out.natural(narrow<unsigned long long>(value));
}

template <class T>
void write(Out& out, const T& value) {
    if constexpr (Custom<T>::known) Custom<T>::write(out, value);
    else if constexpr (std::is_arithmetic_v<T>) write_number(out, value);
    else if constexpr (std::is_enum_v<T>) write_number(out, static_cast<std::underlying_type_t<T>>(value));
    else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>)
        value ? out.text(value, __builtin_strlen(value)) : out.tag('N');
    else if constexpr (is_text<T>) out.text(value.data(), value.size());
    else if constexpr (is_map<T>) write_map(out, value);
    else if constexpr (is_optional<T>) value.has_value() ? write(out, *value) : out.tag('N');
    else if constexpr (is_range<T>) write_range(out, value);
    else if constexpr (is_tuple<T>) write_tuple(out, value, std::make_index_sequence<std::tuple_size<T>::value>());
    else static_assert(never<T>, "a value of this type cannot cross between the solution and its tests");
}

template <class T, Size... I>
T read_tuple(In& in, std::index_sequence<I...>) {
    if (in.open("a tuple") != sizeof...(I)) throw Mismatch{"a tuple of another length"};
    return T{read<Plain<std::tuple_element_t<I, T>>>(in)...};
}

template <class T>
T read_map(In& in) {
    T value;
    const bool pairs = in.peek() != 'm';
    for (Size left = pairs ? in.open("a mapping") : in.open_map("a mapping"); left > 0; --left) {
        if (pairs && in.open("a pair") != 2) throw Mismatch{"a pair"};
        auto key = read<typename T::key_type>(in);
        value.emplace(std::move(key), read<typename T::mapped_type>(in));
    }
    return value;
}

template <class T>
T read_range(In& in) {
    T value{};
    Size left = in.open("a list");
    if constexpr (can_push<T>) {
        for (; left > 0; --left) value.push_back(read<typename T::value_type>(in));
    } else if constexpr (can_insert<T>) {
        for (; left > 0; --left) value.insert(read<typename T::value_type>(in));
    } else {  // std::array
        if (left != value.size()) throw Mismatch{"a list of another length"};
        for (auto& item : value) item = read<typename T::value_type>(in);
    }
    return value;
}

template <class T>
T read_integer(In& in) {
    if constexpr (std::is_signed_v<T>) return narrow<T>(in.integer("an integer"));
    else return narrow<T>(in.natural("a natural number"));
}

template <class T>
T read_text(In& in) {
    Size size = 0;
    const char* data = in.text(size);
    return T(data, size);
}

template <class T>
T read_number(In& in) {
    if constexpr (std::is_same_v<T, bool>) return in.truth();
    else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(in.real());
    else if constexpr (!std::is_same_v<T, char>) return read_integer<T>(in);
    else {
        if (in.peek() != 's' && in.peek() != 'b') return read_integer<T>(in);
        Size size = 0;
        const char* data = in.text(size);
        if (size != 1) throw Mismatch{"one character"};
        return data[0];
    }
}

template <class T>
T read_optional(In& in) {
    if (in.peek() != 'N') return T(read<typename T::value_type>(in));
    in.none();
    return T();
}

template <class T>
T read(In& in) {
    if constexpr (Custom<T>::known) return Custom<T>::read(in);
    else if constexpr (std::is_arithmetic_v<T>) return read_number<T>(in);
    else if constexpr (std::is_enum_v<T>) return static_cast<T>(read_number<std::underlying_type_t<T>>(in));
    else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>) return in.copy_text();
    else if constexpr (is_text<T>) return read_text<T>(in);
    else if constexpr (is_map<T>) return read_map<T>(in);
    else if constexpr (is_optional<T>) return read_optional<T>(in);
    else if constexpr (is_range<T>) return read_range<T>(in);
    else if constexpr (is_tuple<T>) return read_tuple<T>(in, std::make_index_sequence<std::tuple_size<T>::value>());
    else static_assert(never<T>, "a value of this type cannot cross between the solution and its tests");
}

// Whether the caller sees what a function does to an argument.
template <class P>
constexpr bool is_changeable =
    std::is_same_v<P, char*> || (std::is_lvalue_reference_v<P> && !std::is_const_v<std::remove_reference_t<P>>);

}  // namespace verisieve
