using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NadooIt.Bench;

/// <summary>
/// One connection that is kept open and carries one request after the other (HTTP/1.1). As little work as possible for
/// each, because the driver shares its machine with what it measures.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="socketPath">The Unix socket at which it is asked; null for TCP.</param>
internal sealed class HttpLine(Uri server, string? socketPath = null) : IDisposable
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
    private int received;

    /// <summary>Its socket, to wait for an answer; null while it is not connected.</summary>
    public Socket? Socket => socket;

    /// <summary>Posts JSON and does not wait for the answer.</summary>
    public void Post(string path, string key, string body)
    {
        socket ??= Connect();
        received = 0;
        var left = Compose(path, key, body).Span;
        while (!left.IsEmpty)
        {
            left = left[socket.Send(left)..];
        }
    }

    /// <summary>Takes what has arrived of the answer; the status once that is the whole answer, null before.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public int? Receive()
    {
        var read = socket!.Receive(RoomForAnswer().Span);
        received += read > 0 ? read : throw new IOException("The server closed the connection.");
        return IsWhole() ? Status : null;
    }

    /// <summary>Posts JSON and returns the status once the whole answer has arrived.</summary>
    /// <exception cref="IOException">The connection was lost; whether the request counted is not known.</exception>
    /// <exception cref="SocketException">The same, or the server cannot be reached.</exception>
    public async ValueTask<int> PostAsync(string path, string key, string body, CancellationToken cancellationToken = default)
    {
        try
        {
            socket ??= await ConnectAsync(cancellationToken);
            await SendAsync(Compose(path, key, body), cancellationToken);
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

    private static Socket Unconnected() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private Socket Connect()
    {
        var fresh = socketPath is null ? Unconnected() : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        fresh.Connect(socketPath is null ? new DnsEndPoint(server.Host, server.Port) : new UnixDomainSocketEndPoint(socketPath));
        return fresh;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var fresh = Unconnected();
        await fresh.ConnectAsync(server.Host, server.Port, cancellationToken);
        return fresh;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> left, CancellationToken cancellationToken)
    {
        while (!left.IsEmpty)
        {
            left = left[await socket!.SendAsync(left, cancellationToken)..];
        }
    }

    private async ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        received = 0;
        while (!IsWhole())
        {
            var read = await socket!.ReceiveAsync(RoomForAnswer(), cancellationToken);
            received += read > 0 ? read : throw new IOException("The server closed the connection.");
        }

        return Status;
    }

    private ReadOnlyMemory<byte> Compose(string path, string key, string body)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        var length = head.Length + body.Length;
        if (request.Length < length)
        {
            request = new byte[length];
        }

        Encoding.ASCII.GetBytes(head, request);
        Encoding.ASCII.GetBytes(body, request.AsSpan(head.Length));
        return request.AsMemory(0, length);
    }

    private Memory<byte> RoomForAnswer()
    {
        if (received == answer.Length)
        {
            Array.Resize(ref answer, answer.Length * 2);
        }

        return answer.AsMemory(received);
    }

    private int Status => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);

    private bool IsWhole()
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
