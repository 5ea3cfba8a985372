/* Waits in fsync and fdatasync while the file that NEMESIS_STALL names is there: as many milliseconds as stand in it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEP_MILLIS = 5 };

static void stall(void) {
    const char *name = getenv("NEMESIS_STALL");
    FILE *file = name == NULL ? NULL : fopen(name, "re");
    int millis = 0;
    if (file == NULL) {
        return;
    }
    if (fscanf(file, "%d", &millis) != 1) {
        millis = 0;
    }
    fclose(file);
    for (int waited = 0; waited < millis && access(name, F_OK) == 0; waited += STEP_MILLIS) {
        usleep(STEP_MILLIS * 1000);
    }
}

int fsync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    stall();
    return real(fd);
}

int fdatasync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    stall();
    return real(fd);
}
