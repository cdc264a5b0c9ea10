using System.Net;
using System.Text;
using Hspi.Cli.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hspi.Cli.Gateway;

/// <summary>What stands between a buyer and the servers: an address on loopback that answers as it is told to.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private GatewayServer(WebApplication web) => _web = web;

    /// <summary>Its address.</summary>
    public Uri Address => new(BareWeb.AddressOf(_web));

    /// <summary>Starts one on a free port.</summary>
    /// <param name="answer">What each request is answered; called for several at once.</param>
    public static async Task<GatewayServer> StartAsync(Func<GatewayRequest, Task<GatewayReply>> answer)
    {
        var web = BareWeb.Create(IPAddress.Loopback, 0);
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
