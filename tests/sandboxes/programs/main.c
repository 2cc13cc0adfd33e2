#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    char word[64] = "", what[64] = "";
    scanf("%63s %63s", word, what);
    if (!strcmp(word, "hello")) printf("hello %s\n", what);
    while (!strcmp(word, "loop")) ;
    while (!strcmp(word, "bomb")) memset(malloc(1 << 20), 1, 1 << 20);
    if (!strcmp(word, "spawn")) {
        if (!fork()) execl("/bin/sleep", "sleep", what, NULL);
        printf("spawned\n");
    }
    return 0;
}
