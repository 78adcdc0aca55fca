using System.Buffers;

namespace NadooIt.Web.Api;

/// <summary>
/// The body of a request in memory that is given back: a body of a batch is a large object, and a new one for each would stay until
/// the oldest generation is collected.
/// </summary>
internal sealed class RequestBytes : IDisposable
{
    private const int Usual = 4 * 1024;

    private byte[] rented;
    private int length;

    private RequestBytes(int capacity) => rented = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The whole body; not to be used any more once this is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    /// <summary>Reads a body up to a limit, in bytes.</summary>
    /// <exception cref="UnreadableRequest">It is larger than the limit.</exception>
    public static async Task<RequestBytes> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge();
        }

        // One more than what is announced, so that the end is found without more room.
        var body = new RequestBytes((int)(request.ContentLength ?? Usual) + 1);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(body.Room(), cancellationToken)) > 0)
            {
                body.length += read;
                if (body.length > limit)
                {
                    throw TooLarge();
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(rented);
        (rented, length) = ([], 0);
    }

    private Memory<byte> Room()
    {
        if (length == rented.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * length);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(rented);
            rented = larger;
        }

        return rented.AsMemory(length);
    }

    private static UnreadableRequest TooLarge() => new(StatusCodes.Status413PayloadTooLarge, ProblemCodes.TooLarge);
}
