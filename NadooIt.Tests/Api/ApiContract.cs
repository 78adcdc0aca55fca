using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NadooIt.Tests.Api;

/// <summary>Holds answers against the OpenAPI document: the status must be described, the body must fit its schema.</summary>
internal sealed class ApiContract(string document)
{
    private readonly JsonElement root = JsonDocument.Parse(document).RootElement;

    public JsonElement Root => root;

    public void Check(HttpMethod method, string address, Answer answer)
    {
        if (Operation(method, address) is not { } operation)
        {
            return;
        }

        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        operation.GetProperty("responses").TryGetProperty(status, out var response).ShouldBeTrue($"{method} {address} answers {status}, which is not described: {answer.Body}");
        if (address.StartsWith("/api/", StringComparison.Ordinal))
        {
            answer.Headers.ShouldContainKey("traceparent");
        }

        response.GetProperty("content").TryGetProperty(answer.MediaType!, out var content).ShouldBeTrue($"{answer.MediaType} is not described.");
        var faults = new List<string>();
        var isJson = answer.MediaType!.EndsWith("json", StringComparison.Ordinal);
        Fit(content.GetProperty("schema"), isJson ? answer.Json : JsonSerializer.SerializeToElement(answer.Body), "$", faults);
        faults.ShouldBeEmpty($"{method} {address} {status}: {answer.Body}");
    }

    /// <summary>The description of an operation; null for an address that is not described.</summary>
    private JsonElement? Operation(HttpMethod method, string address)
    {
        var path = address.Split('?')[0];
        foreach (var described in root.GetProperty("paths").EnumerateObject().OrderBy(candidate => candidate.Name.Contains('{', StringComparison.Ordinal)))
        {
            var pattern = $"^{Regex.Replace(described.Name, @"\{[^}]+\}", "[^/]+")}$";
            if (Regex.IsMatch(path, pattern) && described.Value.TryGetProperty(method.Method.ToLowerInvariant(), out var operation))
            {
                return operation;
            }
        }

        return null;
    }

    private void Fit(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Fit(Resolve(reference.GetString()!), value, path, faults);
            return;
        }

        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var choices) && !choices.EnumerateArray().Any(one => Fits(one, value)))
            {
                faults.Add($"{path} fits none of {choice}");
            }

            if (choices.ValueKind == JsonValueKind.Array)
            {
                return;
            }
        }

        if (schema.TryGetProperty("type", out var type) && !Types(type).Contains(TypeOf(value)) && !(TypeOf(value) == "integer" && Types(type).Contains("number")))
        {
            faults.Add($"{path} is {TypeOf(value)}, not {type}");
            return;
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ToString() == value.ToString()))
        {
            faults.Add($"{path} is {value}, none of {words}");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                FitObject(schema, value, path, faults);
                break;
            case JsonValueKind.Array when schema.TryGetProperty("items", out var items):
                var place = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Fit(items, item, $"{path}[{place++}]", faults);
                }

                break;
            case JsonValueKind.String:
                FitText(schema, value.GetString()!, path, faults);
                break;
        }
    }

    private void FitObject(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        var properties = schema.TryGetProperty("properties", out var described) ? described : default;
        if (schema.TryGetProperty("required", out var required))
        {
            faults.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path}.{name} is missing"));
        }

        foreach (var property in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out var ofProperty))
            {
                Fit(ofProperty, property.Value, $"{path}.{property.Name}", faults);
            }
            else if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
            {
                Fit(others, property.Value, $"{path}.{property.Name}", faults);
            }
            else
            {
                faults.Add($"{path}.{property.Name} is not described");
            }
        }
    }

    private static void FitText(JsonElement schema, string text, string path, List<string> faults)
    {
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!))
        {
            faults.Add($"{path} does not match {pattern}");
        }

        var fits = !schema.TryGetProperty("format", out var format) || format.GetString() switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => Regex.IsMatch(text, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"),
            _ => true,
        };
        if (!fits)
        {
            faults.Add($"{path} is no {format}: {text}");
        }
    }

    private bool Fits(JsonElement schema, JsonElement value)
    {
        var faults = new List<string>();
        Fit(schema, value, "$", faults);
        return faults.Count == 0;
    }

    private JsonElement Resolve(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(root, (element, part) => element.GetProperty(part));

    private static string[] Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
