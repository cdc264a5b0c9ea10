Console.WriteLine(Hspi.Backends.Cuda.Kernels.MatrixInstruction.All.Count);
