using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Connections.Features;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Lets the thread that watches all sockets read the requests of a program that records, instead of waking threads of the pool for each:
/// with few cores that took longer than reading.
/// </summary>
/// <remarks>
/// That thread must never wait, since meanwhile nobody is told of any socket. So it begins a request only on a route that says that it may, and once
/// the request waits for something it goes on elsewhere. Any other request over such a connection moves to the pool before its pipeline begins.
/// Whether a socket is read so is a property of <see cref="Socket"/> that is there for reflection only; where there is none, the pool reads.
/// </remarks>
internal static class WatchedSockets
{
    /// <summary>With more cores one is always free to be woken, and a single thread would have too much to read.</summary>
    private const int MostCores = 4;

    private static readonly Action<Socket, bool>? ReadInline = Environment.ProcessorCount > MostCores ? null
        : typeof(Socket).GetProperty("PreferInlineCompletions", BindingFlags.Instance | BindingFlags.NonPublic)?.SetMethod?.CreateDelegate<Action<Socket, bool>>();

    /// <summary>Says that a route waits for nothing in a way that would keep its thread.</summary>
    public static RouteHandlerBuilder MayBeReadWhereSocketsAreWatched(this RouteHandlerBuilder route) => route.WithMetadata(Mark.Here);

    /// <summary>Comes first in the pipeline.</summary>
    public static void UseWatchedSockets(this WebApplication app)
    {
        if (ReadInline is not null)
        {
            app.Use(next => http => IsSettled(http) ? next(http) : OnPoolAsync(next, http));
        }
    }

    /// <summary>Whether a request goes on where it was read; whoever reads the next one of its connection is decided here.</summary>
    private static bool IsSettled(HttpContext http)
    {
        // Over one connection of HTTP/2 many requests run at once, and all of them on the pool.
        if (!HttpProtocol.IsHttp11(http.Request.Protocol)
            || http.Features.Get<IConnectionItemsFeature>()?.Items is not { } connection || http.Features.Get<IConnectionSocketFeature>() is not { } feature)
        {
            return true;
        }

        var mayBeInline = http.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null;
        if (mayBeInline == connection.ContainsKey(Mark.Here))
        {
            return true;
        }

        ReadInline!(feature.Socket, mayBeInline);
        if (mayBeInline)
        {
            connection[Mark.Here] = null;
            return true;
        }

        connection.Remove(Mark.Here);
        return false;
    }

    private static async Task OnPoolAsync(RequestDelegate next, HttpContext http)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(http);
    }

    /// <summary>Stands on routes that may be read inline, and on connections that are.</summary>
    private sealed class Mark
    {
        public static readonly Mark Here = new();
    }
}
