using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hspi.Cli.Gateway;

/// <summary>What stands between a buyer and the servers: an address on loopback that answers as it is told to.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private GatewayServer(WebApplication web) => _web = web;

    /// <summary>Its address.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts one on a free port.</summary>
    /// <param name="answer">What each request is answered; called for several at once.</param>
    public static async Task<GatewayServer> StartAsync(Func<GatewayRequest, Task<GatewayReply>> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var web = builder.Build();
        web.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var reply = await answer(new GatewayRequest(context.Request.Method, context.Request.Path, await reader.ReadToEndAsync(context.RequestAborted)));
            if (reply.Status == 0)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(reply.Body, context.RequestAborted);
        });
        await web.StartAsync();
        return new GatewayServer(web);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(CancellationToken.None);
        await _web.DisposeAsync();
    }
}
