using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace NadooIt.Tests.Webhooks;

/// <summary>A customer's system: takes messages on a port of its own and answers what the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public WebhookReceiver()
    {
        for (var port = Random.Shared.Next(20_000, 50_000); ; port++)
        {
            try
            {
                Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hook/");
                listener.Prefixes.Add(Address);
                listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                listener.Prefixes.Clear();
            }
        }

        serving = ServeAsync();
    }

    public string Address { get; }

    public ConcurrentQueue<Message> Messages { get; } = new();

    public int Status { get; set; } = 204;

    public string Response { get; set; } = "";

    public string? Location { get; set; }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                Messages.Enqueue(new(
                    context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"]!, context.Request.Headers["webhook-signature"]!,
                    await reader.ReadToEndAsync()));
                context.Response.StatusCode = Status;
                if (Location is { } location)
                {
                    context.Response.Headers["Location"] = location;
                }

                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Response));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    internal sealed record Message(string Id, string Timestamp, string Signature, string Body);
}
