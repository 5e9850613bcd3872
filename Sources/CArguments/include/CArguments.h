#ifndef VITKIT_C_ARGUMENTS_H
#define VITKIT_C_ARGUMENTS_H

/// The process's arguments as its entry point got them, ended by NULL; NULL where the C library does
/// not hand them to what runs before `main`.
///
/// Swift's `CommandLine` reads /proc/self/cmdline on Linux, and finds none where /proc is not
/// mounted, as in a bare chroot.
char *const *vitkit_arguments(void);

#endif
