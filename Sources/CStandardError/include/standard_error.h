// C's stream of standard error, on which libraries say what they find in files (dav1d and libde265 do).
#ifndef vit_standard_error_h
#define vit_standard_error_h

// Leads the stream `stderr` nowhere, for the rest of the process; the file descriptor 2 stays, and what is
// written to that is seen. Before threads are started.
void vit_silence_standard_error(void);

#endif
