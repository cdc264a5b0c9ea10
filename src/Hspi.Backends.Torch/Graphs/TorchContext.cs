using System.Runtime.InteropServices;
using TorchSharp;

namespace Hspi.Backends.Torch.Graphs;

/// <summary>Settings of libtorch that hold for the whole process, set for the length of one run.</summary>
internal static partial class TorchContext
{
    private static readonly Lock Gate = new();

    /// <summary>Runs <paramref name="work"/> under <paramref name="settings"/>; one at a time, since others would run under them too.</summary>
    public static T Under<T>(TorchSettings settings, Func<T> work)
    {
        lock (Gate)
        {
            torch.set_num_threads(settings.Threads);
            SetUserEnabledOneDnn(GlobalContext(), settings.OneDnn);
            return work();
        }
    }

    // TorchSharp has no switch for oneDNN; these are at::globalContext() and at::Context::setUserEnabledMkldnn(bool).
    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial IntPtr GlobalContext();

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetUserEnabledOneDnn(IntPtr context, [MarshalAs(UnmanagedType.I1)] bool enabled);
}
