// Accurate logf is library code, so it needs the card host's own compiler:
//   nvcc -o accurate_logf accurate_logf.cu && ./accurate_logf > accurate_logf.txt
// Prints, for n = 0..4096, the fp32 bits of logf(1 + n*2^-23) and of __logf of the same, one pair a line.
#include <cstdio>
#include <cstring>

__global__ void curve(float *accurate, float *fast)
{
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n <= 4096)
    {
        float x = __int_as_float(0x3F800000 + n);
        accurate[n] = logf(x);
        fast[n] = __logf(x);
    }
}

int main()
{
    static float accurate[4097], fast[4097];
    float *a, *f;
    if (cudaMalloc(&a, sizeof accurate) != cudaSuccess || cudaMalloc(&f, sizeof fast) != cudaSuccess)
    {
        std::fprintf(stderr, "no usable card: %s\n", cudaGetErrorString(cudaGetLastError()));
        return 1;
    }

    curve<<<33, 128>>>(a, f);
    cudaMemcpy(accurate, a, sizeof accurate, cudaMemcpyDeviceToHost);
    cudaMemcpy(fast, f, sizeof fast, cudaMemcpyDeviceToHost);
    for (int n = 0; n <= 4096; n++)
    {
        unsigned x, y;
        std::memcpy(&x, &accurate[n], 4);
        std::memcpy(&y, &fast[n], 4);
        std::printf("%08x %08x\n", x, y);
    }

    return 0;
}
