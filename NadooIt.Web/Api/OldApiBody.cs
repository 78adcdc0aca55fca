using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace NadooIt.Web.Api;

/// <summary>
/// The fields of a call of the old API, from a form or from JSON, each as text. Of a field that is given twice the last
/// counts, as it did there.
/// </summary>
internal sealed class OldApiBody
{
    /// <summary>Most fields of a form; there are five that anybody knows.</summary>
    private const int MostFields = 100;

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    private OldApiBody()
    {
    }

    /// <summary>The text of a field; null when it is absent, or when it holds what no text can hold.</summary>
    public string? this[string name] => fields.GetValueOrDefault(name);

    /// <exception cref="UnreadableRequest">It is larger than the limit, of another type, or malformed.</exception>
    public static async Task<OldApiBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > JsonBody.Usual)
        {
            throw new UnreadableRequest(StatusCodes.Status413PayloadTooLarge, ProblemCodes.TooLarge);
        }

        var body = new OldApiBody();
        if (request.HasFormContentType)
        {
            foreach (var (name, values) in await ReadFormAsync(request, cancellationToken))
            {
                body.fields[name] = values[^1] ?? "";
            }
        }
        else if (request.HasJsonContentType())
        {
            using var document = await JsonBody.ReadAsync(request, JsonBody.Usual, cancellationToken);
            body.Take(document.RootElement);
        }
        else if (request.ContentLength is not (null or 0) || request.ContentType is not null)
        {
            throw new UnreadableRequest(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.TypeUnknown);
        }

        return body;
    }

    private static async Task<IEnumerable<KeyValuePair<string, StringValues>>> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(
                new() { BufferBodyLengthLimit = JsonBody.Usual, MultipartBodyLengthLimit = JsonBody.Usual, ValueLengthLimit = JsonBody.Usual, ValueCountLimit = MostFields },
                cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException or IOException)
        {
            throw new UnreadableRequest(StatusCodes.Status400BadRequest, ProblemCodes.Malformed);
        }
    }

    private void Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var field in root.EnumerateObject())
        {
            if (TextOf(field) is var (name, text))
            {
                fields[name] = text;
            }
        }
    }

    private static (string Name, string Text)? TextOf(JsonProperty field)
    {
        try
        {
            return field.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => (field.Name, field.Value.GetString()!),
                // 90.0 is a whole number too; everything else keeps its spelling, which no field accepts.
                JsonValueKind.Number when field.Value.TryGetDecimal(out var number) && decimal.Truncate(number) == number =>
                    (field.Name, number.ToString("0", System.Globalization.CultureInfo.InvariantCulture)),
                _ => (field.Name, field.Value.GetRawText()),
            };
        }
        catch (InvalidOperationException)
        {
            // JSON can escape half of a surrogate pair, which is no text.
            return null;
        }
    }
}
