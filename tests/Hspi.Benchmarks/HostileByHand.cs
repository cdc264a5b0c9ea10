using Hspi.Tests;

namespace Hspi.Benchmarks;

/// <summary>One of the servers of the tests that mean harm, to be asked by hand until Ctrl-C.</summary>
internal static class HostileByHand
{
    /// <param name="name">Its name; a wrong one lists all.</param>
    /// <param name="port">0 takes a free one.</param>
    public static async Task<int> RunAsync(string name, int port)
    {
        if (!HostileServer.Cases.ContainsKey(name))
        {
            await Console.Error.WriteLineAsync($"\"{name}\" is no such server. These are: {string.Join(", ", HostileServer.Cases.Keys)}.");
            return 2;
        }

        await using var server = HostileServer.Start(name, port);
        Console.WriteLine(server.Url);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
