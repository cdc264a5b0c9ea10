using System.Runtime.CompilerServices;

// A kernel's scratch on the stack is written before it is read; clearing it first cost more than some products.
[module: SkipLocalsInit]
