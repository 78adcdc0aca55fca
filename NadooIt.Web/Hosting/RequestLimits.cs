using Microsoft.AspNetCore.Http.Features;
using NadooIt.Web.Api;

namespace NadooIt.Web.Hosting;

/// <summary>How much a request may bring. A route that takes files says its own limit.</summary>
internal static class RequestLimits
{
    /// <summary>Most bytes of a body: twice the largest batch of the HTTP API, so that a route can still answer what is a little too large for it.</summary>
    public const int MostBytes = 2 * JsonBody.Batch;

    private const int MostFields = 256;
    private const int MostBytesPerField = 256 * 1024;

    public static void UseRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MostBytes;
        });
        // A request goes on on the thread of the pool that read it, instead of waking another one.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.Configure<FormOptions>(form =>
        {
            form.BufferBodyLengthLimit = MostBytes;
            form.MultipartBodyLengthLimit = MostBytes;
            form.ValueCountLimit = MostFields;
            form.ValueLengthLimit = MostBytesPerField;
        });
    }
}
