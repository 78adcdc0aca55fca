namespace NadooIt.Web.ApiKeys;

/// <summary>Ready commands and programs for the HTTP API, with this site's own address in them.</summary>
internal static class ApiExamples
{
    /// <summary>Stands where the reader's own key belongs.</summary>
    public const string KeyPlaceholder = "nadoo_live_...";

    /// <summary>Stands where a customer program's id belongs.</summary>
    public const string ProgramPlaceholder = "019aa5c2-7d7e-7c1a-9d3e-0a5a2f3c4b5d";

    public static string Curl(string site, string key, string customerProgram) =>
        $$"""
        curl -X POST {{site}}api/v1/executions \
          -H "Authorization: Bearer {{key}}" \
          -H "Content-Type: application/json" \
          -d '{"customerProgramId":"{{customerProgram}}","reference":"run-1","timeSavedSeconds":60}'
        """;

    public static string CSharp(string site) =>
        $$"""
        using System.Net.Http.Headers;
        using System.Net.Http.Json;

        var http = new HttpClient { BaseAddress = new Uri("{{site}}") };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("NADOO_API_KEY"));

        var answer = await http.PostAsJsonAsync("api/v1/executions", new
        {
            customerProgramId = "{{ProgramPlaceholder}}",
            reference = "run-1",
            timeSavedSeconds = 60,
        });
        Console.WriteLine(await answer.Content.ReadAsStringAsync());
        """;

    public static string Python(string site) =>
        $$"""
        import json, os, urllib.request

        request = urllib.request.Request(
            "{{site}}api/v1/executions",
            data=json.dumps({
                "customerProgramId": "{{ProgramPlaceholder}}",
                "reference": "run-1",
                "timeSavedSeconds": 60,
            }).encode(),
            headers={
                "Authorization": "Bearer " + os.environ["NADOO_API_KEY"],
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request) as answer:
            print(json.load(answer))
        """;
}
