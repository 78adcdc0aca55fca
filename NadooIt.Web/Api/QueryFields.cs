using System.Buffers.Text;
using System.Globalization;
using System.Text;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>The query of an address, read as strictly as a body: what is malformed, given twice or unknown gets a reason.</summary>
internal sealed class QueryFields
{
    public const int UsualLimit = 50;
    public const int LargestLimit = 200;

    private readonly FieldErrors errors = new();
    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    public QueryFields(HttpRequest request)
    {
        foreach (var (name, values) in request.Query)
        {
            if (values.Count > 1)
            {
                errors.Add(name, Texts.FieldTwice);
            }
            else if (values.ToString() is { Length: > 0 } value)
            {
                fields[name] = value;
            }
            else
            {
                fields.TryAdd(name, "");
            }
        }

        // The language can be chosen in every address.
        fields.Remove("culture");
        fields.Remove("ui-culture");
    }

    public TId? Id<TId>(string name)
        where TId : struct, ITypedId<TId> => Read<TId?>(name, Texts.FieldNoId, text => Guid.TryParseExact(text, "D", out var id) ? TId.From(id) : null);

    public Period Period() => new(Instant("from"), Instant("to"));

    public int Limit() => Read<int?>("limit", FieldErrors.Sentence(Texts.FieldNoLimit, LargestLimit), text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= LargestLimit ? limit : null) ?? UsualLimit;

    /// <summary>A text of 1 to some characters.</summary>
    public string? Text(string name, int longest) =>
        Read(name, FieldErrors.Sentence(Texts.FieldLength, longest), text => text.Length >= 1 && text.Length <= longest ? text : null);

    /// <summary>One of a list of words.</summary>
    public TValue? Word<TValue>(string name, IReadOnlyDictionary<string, TValue> words)
        where TValue : struct => Read<TValue?>(
            name, FieldErrors.Sentence(Texts.FieldNoWord, string.Join(", ", words.Keys)),
            text => words.TryGetValue(text, out var value) ? value : null);

    /// <summary>The place where the part before ended, as <see cref="Cursor"/> wrote it.</summary>
    public TPosition? Cursor<TPosition>(Func<string[], TPosition?> read) => Read("cursor", Texts.FieldNoCursor, text =>
    {
        Span<byte> bytes = stackalloc byte[256];
        return text.Length <= 200 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            ? read(Encoding.ASCII.GetString(bytes[..written]).Split(' '))
            : default;
    });

    /// <summary>Whatever was not asked for is unknown; then everything that is wrong is said at once.</summary>
    /// <exception cref="InvalidRequest">Something is wrong.</exception>
    public void Finish()
    {
        foreach (var name in fields.Keys)
        {
            errors.Add(name, Texts.FieldUnknown);
        }

        errors.ThrowIfAny();
    }

    /// <summary>A place in a list as text that only the server reads.</summary>
    public static string Cursor(params object[] parts) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Join(' ', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)))));

    private DateTimeOffset? Instant(string name) => Read<DateTimeOffset?>(
        name, Texts.FieldNoDayOrInstant, text => Instants.TryParseDayOrInstant(text, out var instant) ? instant : null);

    private TValue? Read<TValue>(string name, string reason, Func<string, TValue?> read)
    {
        if (!fields.Remove(name, out var text))
        {
            return default;
        }

        var value = read(text);
        if (value is null)
        {
            errors.Add(name, reason);
        }

        return value;
    }
}

/// <summary>Ids in addresses.</summary>
internal static class PathId
{
    /// <exception cref="InvalidRequest">It is no id.</exception>
    public static TId Of<TId>(string text)
        where TId : struct, ITypedId<TId>
    {
        if (Guid.TryParseExact(text, "D", out var id))
        {
            return TId.From(id);
        }

        var errors = new FieldErrors();
        errors.Add("id", Texts.FieldNoId);
        throw errors.Result!;
    }
}
