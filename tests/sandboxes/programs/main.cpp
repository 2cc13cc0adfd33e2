#include <iostream>
#include <string>
#include <vector>
#include <unistd.h>

int main() {
    std::string word, what;
    std::cin >> word >> what;
    std::vector<std::vector<char>> kept;
    volatile bool on = true;
    if (word == "hello") std::cout << "hello " << what << std::endl;
    while (on && word == "loop") ;
    while (on && word == "bomb") kept.emplace_back(1 << 20, 'x');
    if (word == "spawn") {
        if (!fork()) execl("/bin/sleep", "sleep", what.c_str(), nullptr);
        std::cout << "spawned" << std::endl;
    }
}
