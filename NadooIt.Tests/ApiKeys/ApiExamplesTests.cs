using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using NadooIt.Tests.Api;
using NadooIt.Web.ApiKeys;

namespace NadooIt.Tests.ApiKeys;

/// <summary>What the API page shows to be copied does what it says, when it is run as it stands.</summary>
public sealed class ApiExamplesTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_curl_command_records_an_execution()
    {
        var plant = await host.PlantAsync();

        await RunAsync("bash", ["-c", ApiExamples.Curl(host.Address.ToString(), plant.Key, plant.Program.Id.ToString())], plant);

        (await CountAsync(plant)).ShouldBe(1);
    }

    [Fact]
    public async Task The_python_program_records_an_execution()
    {
        var plant = await host.PlantAsync();

        await RunAsync("python3", ["-c", ApiExamples.Python(host.Address.ToString()).Replace(ApiExamples.ProgramPlaceholder, plant.Program.Id.ToString(), StringComparison.Ordinal)], plant);

        (await CountAsync(plant)).ShouldBe(1);
    }

    private static async Task RunAsync(string program, string[] arguments, Plant plant)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["NADOO_API_KEY"] = plant.Key;
        using var process = TryStart(start);
        Assert.SkipWhen(process is null, $"{program} is not installed here.");
        var (output, errors) = (await process!.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output + errors);
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private async Task<int> CountAsync(Plant plant)
    {
        await using var db = host.Database.Open();
        return await db.Executions.CountAsync(execution => execution.CustomerProgramId == plant.Program.Id && execution.Reference == "run-1");
    }
}
