using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>What came of one try.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Response">The beginning of the answer, or why there was none.</param>
internal sealed record WebhookOutcome(int? Status, string? Response)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The other side says that the address will not come back.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends messages to addresses that customers chose, so it trusts none of them: the address that is really connected to has
/// to be public, whatever its name said before; no redirect is followed, and time and size of an answer are limited.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MostBytesRead = 2048;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private readonly HttpClient http;
    private readonly bool allowPrivate;

    public WebhookClient(WebhookSettings settings)
    {
        allowPrivate = settings.AllowPrivateAddresses;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            MaxConnectionsPerServer = 4,
            ConnectTimeout = ConnectPatience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Patience };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("NADOO-IT");
    }

    /// <summary>Sends one message; a try that fails is told, not thrown.</summary>
    public async Task<WebhookOutcome> SendAsync(Uri address, string id, string body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var timestamp = now.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => secret.Sign(id, timestamp, body))));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new((int)response.StatusCode, await BeginningAsync(response.Content, patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, "timeout");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return new(null, exception.GetBaseException() is AddressNotAllowed ? "address not allowed" : exception.GetBaseException() is SocketException socket ? socket.SocketErrorCode.ToString() : "connection failed");
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<string> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostBytesRead];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    /// <summary>The name is resolved here and nowhere else, so that it cannot mean another address a moment later.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (addresses.Length == 0 || (!allowPrivate && !addresses.All(PublicNetwork.Includes)))
        {
            throw new AddressNotAllowed();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressNotAllowed() : IOException("The address is not public.");
}
