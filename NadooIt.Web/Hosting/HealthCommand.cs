using System.Globalization;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Asks the application that runs on this machine whether it is ready. Container images without a shell and without
/// curl check their health with it.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>0 when it is ready, 1 when it is not or does not answer.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        using var client = new HttpClient { Timeout = Patience };
        var address = $"http://localhost:{Port(configuration).ToString(CultureInfo.InvariantCulture)}/health/ready";
        try
        {
            using var answer = await client.GetAsync(address);
            return answer.IsSuccessStatusCode ? 0 : await RefuseAsync($"{address} answered {(int)answer.StatusCode}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return await RefuseAsync($"{address} does not answer: {exception.Message}");
        }
    }

    /// <summary>The first plain HTTP port on which the same settings make the application listen.</summary>
    internal static int Port(IConfiguration configuration)
    {
        var addresses = Words(configuration["urls"]).Select(BindingAddress.Parse).Where(address => address.Scheme == Uri.UriSchemeHttp).ToList();
        if (addresses.Count > 0)
        {
            return addresses[0].Port;
        }

        return Words(configuration["http_ports"]).FirstOrDefault() is { } port ? int.Parse(port, CultureInfo.InvariantCulture) : 8000;
    }

    private static string[] Words(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static async Task<int> RefuseAsync(string reason)
    {
        await Console.Error.WriteLineAsync(reason);
        return 1;
    }
}
