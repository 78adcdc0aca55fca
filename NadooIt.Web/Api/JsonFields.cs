using System.Text.Json;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>
/// The fields of one JSON object, read strictly: every field that is missing, of the wrong type, out of range, given
/// twice or unknown gets a reason of its own. A null counts as absent.
/// </summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
    private readonly string path;
    private readonly FieldErrors errors;
    private readonly bool isObject;

    public JsonFields(JsonElement element, string path, FieldErrors errors)
    {
        (this.path, this.errors) = (path, errors);
        isObject = element.ValueKind == JsonValueKind.Object;
        if (!isObject)
        {
            errors.Add(path.Length == 0 ? "body" : path.TrimEnd('.'), Texts.FieldNoObject);
            return;
        }

        foreach (var field in element.EnumerateObject())
        {
            if (NameOf(field) is not { } name)
            {
                errors.Add(path.Length == 0 ? "body" : path.TrimEnd('.'), Texts.FieldNoText);
            }
            else if (!fields.TryAdd(name, field.Value))
            {
                errors.Add(path + name, Texts.FieldTwice);
            }
        }
    }

    public TId? RequiredId<TId>(string name)
        where TId : struct, ITypedId<TId>
    {
        if (Required(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TextOf(value) is { } text && Guid.TryParseExact(text, "D", out var id))
        {
            return TId.From(id);
        }

        errors.Add(path + name, Texts.FieldNoId);
        return null;
    }

    public string? RequiredText(string name, int longest) => Required(name) is { } value ? ValidText(name, value, longest) : null;

    public string? OptionalText(string name, int longest) => Optional(name) is { } value ? ValidText(name, value, longest) : null;

    /// <summary>A whole number, also when it is written as 90.0 or 9e1; a wrong one is reported under its own code.</summary>
    public long? OptionalWholeNumber(string name, string code)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var number))
            {
                return number;
            }

            if (value.TryGetDecimal(out var exact) && decimal.Truncate(exact) == exact && exact is >= long.MinValue and <= long.MaxValue)
            {
                return (long)exact;
            }
        }

        errors.Add(path + name, Texts.FieldNoWholeNumber, code);
        return null;
    }

    public DateTimeOffset? OptionalInstant(string name, DateTimeOffset latest)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String || TextOf(value) is not { } text || !Instants.TryParse(text, out var instant))
        {
            errors.Add(path + name, Texts.FieldNoInstant);
            return null;
        }

        if (instant > latest || instant < Instants.Earliest)
        {
            errors.Add(path + name, instant > latest ? Texts.FieldFuture : Texts.FieldTooOld);
            return null;
        }

        return instant;
    }

    public IReadOnlyList<JsonElement>? RequiredList(string name, int most)
    {
        if (Required(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add(path + name, Texts.FieldNoList);
            return null;
        }

        if (value.GetArrayLength() is var length && (length == 0 || length > most))
        {
            errors.Add(path + name, FieldErrors.Sentence(Texts.FieldListLength, most));
            return null;
        }

        return [.. value.EnumerateArray()];
    }

    /// <summary>Whatever was not asked for is unknown.</summary>
    public void RefuseOthers()
    {
        foreach (var name in fields.Keys)
        {
            errors.Add(path + name, Texts.FieldUnknown);
        }
    }

    private JsonElement? Required(string name)
    {
        var value = Optional(name);
        if (value is null && isObject)
        {
            errors.Add(path + name, Texts.FieldMissing);
        }

        return value;
    }

    private JsonElement? Optional(string name) =>
        fields.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? ValidText(string name, JsonElement value, int longest)
    {
        if (value.ValueKind != JsonValueKind.String || TextOf(value) is not { } text || text.Any(char.IsControl))
        {
            errors.Add(path + name, Texts.FieldNoText);
            return null;
        }

        if (text.Length == 0 || text.Length > longest)
        {
            errors.Add(path + name, FieldErrors.Sentence(Texts.FieldLength, longest));
            return null;
        }

        return text;
    }

    // JSON can escape half of a surrogate pair, which is no text.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
