using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hspi.Cli.Serving;

/// <summary>The framework's web server with nothing around it: it reads no file and no variable, so what is served depends on the caller alone.</summary>
internal static class BareWeb
{
    /// <summary>One that listens at a single address, in HTTP/1.1, and ends within a second.</summary>
    /// <param name="address">Where.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="limit">Sets further limits.</param>
    public static WebApplication Create(IPAddress address, int port, Action<KestrelServerLimits>? limit = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            limit?.Invoke(kestrel.Limits);
            kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        return builder.Build();
    }

    /// <summary>The address at which a started one listens.</summary>
    public static string AddressOf(WebApplication web) => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
