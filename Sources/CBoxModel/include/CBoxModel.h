#ifndef CBoxModel_h
#define CBoxModel_h
#endif
