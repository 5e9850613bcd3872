// The command's arguments, also where there is no /proc.
#ifndef vit_carguments_h
#define vit_carguments_h

// The process's arguments as its entry point got them, ended by NULL; NULL where the C library does
// not hand them to what runs before `main`.
//
// Swift's `CommandLine` reads /proc/self/cmdline on Linux, and finds none where /proc is not
// mounted, as in a bare chroot.
char *const *vit_arguments(void);

#endif
