using System.Runtime.InteropServices;

namespace Hspi.Backends.Onnx;

/// <summary>Keeps ONNX Runtime from recording how it is used. Must be called before anything of the library.</summary>
/// <remarks>
/// Since 1.31 the Linux build has telemetry on: it keeps a device id and a database below the user's cache and holds an
/// uploader. Only this variable stops it, and only before its environment exists: the library's own switch
/// (<c>DisableTelemetryEvents</c>) comes after the files. .NET's <c>Environment.SetEnvironmentVariable</c> does not
/// reach native <c>getenv</c> on Linux, hence libc's own <c>setenv</c>.
/// </remarks>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off for this process.</summary>
    public static void Disable()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
        else if (SetEnvironment(Variable, "1", overwrite: 1) != 0)
        {
            throw new HspiException($"{Variable} cannot be set, and without it ONNX Runtime would record its use. Set {Variable}=1 before starting hspi.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
