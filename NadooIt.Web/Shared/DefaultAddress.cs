namespace NadooIt.Web.Shared;

internal static class DefaultAddress
{
    private static readonly string[] AddressSettings = ["urls", "http_ports", "https_ports"];

    /// <summary>Listens on <paramref name="address"/> when neither the command line nor the environment names one.</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder, string address)
    {
        var isNamed = AddressSettings.Any(setting => !string.IsNullOrEmpty(builder.Configuration[setting]))
            || builder.Configuration.GetSection("Kestrel:Endpoints").Exists();
        if (!isNamed)
            builder.WebHost.UseUrls(address);
    }
}
