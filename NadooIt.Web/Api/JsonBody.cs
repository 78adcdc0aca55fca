using System.Text.Json;
using System.Text.Unicode;

namespace NadooIt.Web.Api;

/// <summary>Reads a body up to a limit and makes sure that it is JSON.</summary>
internal static class JsonBody
{
    /// <summary>Most bytes of an ordinary body: 64 KiB.</summary>
    public const int Usual = 64 * 1024;

    /// <summary>Most bytes of a batch: 4 MiB.</summary>
    public const int Batch = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <exception cref="UnreadableRequest">It is larger than the limit, or no JSON.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var body = await RequestBytes.ReadAsync(request, limit, cancellationToken);
        return Parse(body.Bytes.ToArray());
    }

    /// <summary>The JSON of bytes that stay as they are until it is disposed of.</summary>
    /// <exception cref="UnreadableRequest">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var text = bytes.Span.StartsWith(mark) ? bytes[mark.Length..] : bytes;
        try
        {
            return Utf8.IsValid(text.Span)
                ? JsonDocument.Parse(text, Strict)
                : throw new UnreadableRequest(StatusCodes.Status400BadRequest, ProblemCodes.Malformed);
        }
        catch (JsonException)
        {
            throw new UnreadableRequest(StatusCodes.Status400BadRequest, ProblemCodes.Malformed);
        }
    }
}
