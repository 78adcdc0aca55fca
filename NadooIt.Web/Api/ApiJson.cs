using System.Text.Json;
using System.Text.Json.Serialization;

namespace NadooIt.Web.Api;

/// <summary>How the HTTP API writes JSON.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>An answer of a known length, so that it leaves in one piece; for what is not large.</summary>
    public static IResult Answer<TValue>(TValue value, int status = StatusCodes.Status200OK, string contentType = "application/json; charset=utf-8") =>
        new JsonAnswer<TValue>(value, status, contentType);

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return options;
    }

    private sealed class JsonAnswer<TValue>(TValue value, int status, string contentType) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(value, Options);
            http.Response.StatusCode = status;
            http.Response.ContentType = contentType;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
