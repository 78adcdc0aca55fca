using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NadooIt.Bench;

/// <summary>
/// One connection that is kept open and carries one request after the other (HTTP/1.1). As little work as possible for
/// each, because the driver shares its machine with what it measures.
/// </summary>
internal sealed class HttpLine(Uri server) : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();
    private readonly string host = $"{server.Host}:{server.Port}";
    private byte[] request = new byte[4096];
    private byte[] answer = new byte[16 * 1024];
    private Socket? socket;

    /// <summary>The body of the last answer, valid until the next request; chunked answers with their chunk marks.</summary>
    public ReadOnlySpan<byte> Body => answer.AsSpan(bodyStart, bodyEnd - bodyStart);

    private int bodyStart;
    private int bodyEnd;

    /// <summary>Posts JSON and returns the status once the whole answer has arrived.</summary>
    /// <exception cref="IOException">The connection was lost; whether the request counted is not known.</exception>
    /// <exception cref="SocketException">The same, or the server cannot be reached.</exception>
    public async ValueTask<int> PostAsync(string path, string key, string body, CancellationToken cancellationToken = default)
    {
        try
        {
            socket ??= await ConnectAsync(cancellationToken);
            await SendAsync(path, key, body, cancellationToken);
            return await ReceiveAsync(cancellationToken);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var fresh = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await fresh.ConnectAsync(server.Host, server.Port, cancellationToken);
        return fresh;
    }

    private async ValueTask SendAsync(string path, string key, string body, CancellationToken cancellationToken)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        var length = head.Length + body.Length;
        if (request.Length < length)
        {
            request = new byte[length];
        }

        Encoding.ASCII.GetBytes(head, request);
        Encoding.ASCII.GetBytes(body, request.AsSpan(head.Length));
        var sent = 0;
        while (sent < length)
        {
            sent += await socket!.SendAsync(request.AsMemory(sent, length - sent), cancellationToken);
        }
    }

    private async ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        var received = 0;
        while (!IsWhole(received))
        {
            if (received == answer.Length)
            {
                Array.Resize(ref answer, answer.Length * 2);
            }

            var read = await socket!.ReceiveAsync(answer.AsMemory(received), cancellationToken);
            received += read > 0 ? read : throw new IOException("The server closed the connection.");
        }

        return int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
    }

    private bool IsWhole(int received)
    {
        var text = answer.AsSpan(0, received);
        var end = text.IndexOf(EndOfHead);
        if (end < 0)
        {
            return false;
        }

        (bodyStart, bodyEnd) = (end + EndOfHead.Length, received);
        var head = text[..(end + 2)];
        var length = head.IndexOf("Content-Length: "u8);
        if (length < 0)
        {
            return text.EndsWith(LastChunk);
        }

        var number = head[(length + "Content-Length: ".Length)..];
        return received - bodyStart >= int.Parse(number[..number.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
