#ifndef CCodecs_h
#define CCodecs_h
#endif
