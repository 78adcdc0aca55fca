using System.Text.Json;
using NadooIt.Domain.Receipts;

namespace NadooIt.Web.Hosting;

/// <summary>
/// <c>receipt verify FILE --keys KEYS</c>: checks a receipt against published keys, without a database. KEYS is a file
/// with the content of <c>/.well-known/jwks.json</c>, or the address of it.
/// </summary>
internal static class ReceiptCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["receipt", "verify", var file, "--keys", var keys])
        {
            await Console.Error.WriteLineAsync("receipt verify FILE --keys JWKS_FILE_OR_ADDRESS");
            return 2;
        }

        try
        {
            var published = JsonSerializer.Deserialize<PublishedKeys>(await ReadAsync(keys));
            var (facts, problem) = Receipt.Verify(await File.ReadAllTextAsync(file), published?.Keys ?? []);
            if (facts is null)
            {
                await Console.Error.WriteLineAsync(problem);
                return 1;
            }

            using var document = JsonDocument.Parse(facts);
            await Console.Out.WriteLineAsync("The receipt is genuine.");
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(document, Indented));
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
    }

    private static async Task<string> ReadAsync(string source)
    {
        if (!Uri.TryCreate(source, UriKind.Absolute, out var address) || address.IsFile)
        {
            return await File.ReadAllTextAsync(source);
        }

        using var client = new HttpClient();
        return await client.GetStringAsync(address);
    }
}
