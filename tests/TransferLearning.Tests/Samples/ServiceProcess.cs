using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Samples;

/// <summary>The sample service in a process of its own, on a free port of the loopback interface.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _output;
    private readonly Task<string> _errors;

    private ServiceProcess(Process process, Uri address)
    {
        _process = process;
        // A full pipe would stop the service.
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
        Client = new HttpClient { BaseAddress = address, Timeout = Patience };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>The memory of the process that is in use, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the service and waits until it listens.</summary>
    /// <param name="settings">Values of the section <c>Service</c>, for instance <c>QueueLength=0</c>.</param>
    public static async Task<ServiceProcess> StartAsync(params string[] settings)
    {
        var process = StartProcess(settings);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and int found)
                    return new ServiceProcess(process, new Uri(line[(found + Listening.Length)..].Trim()));
            }

            throw new InvalidOperationException($"The service ended: {await process.StandardError.ReadToEndAsync(patience.Token)}");
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Starts a service that must refuse to run, and returns its exit code and standard error.</summary>
    public static async Task<(int ExitCode, string Errors)> RefusedAsync(params string[] settings)
    {
        using var process = StartProcess(settings);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.Equal("", await output);
            return (process.ExitCode, await errors);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Sends an image as the whole body.</summary>
    public Task<HttpResponseMessage> PredictAsync(byte[] image, string query = "", string type = "image/jpeg") =>
        SendAsync($"predict{query}", image, type);

    /// <summary>Sends an image as the whole body to an address.</summary>
    public async Task<HttpResponseMessage> SendAsync(string address, byte[] image, string type = "image/jpeg")
    {
        using var content = new ByteArrayContent(image);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Client.PostAsync(new Uri(address, UriKind.Relative), content);
    }

    /// <summary>How many requests hold a place now.</summary>
    public async Task<int> RequestsAsync() => (await Client.GetFromJsonAsync<JsonElement>("health")).GetProperty("requests").GetInt32();

    /// <summary>Waits until so many requests hold a place.</summary>
    public async Task WaitForRequestsAsync(int count)
    {
        var clock = Stopwatch.StartNew();
        while (await RequestsAsync() != count)
        {
            Assert.True(clock.Elapsed < Patience, $"there are never {count} requests");
            await Task.Delay(10);
        }
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _output;
        Assert.Equal("", await _errors);
        return _process.ExitCode;
    }

    /// <summary>Asserts a refusal as problem details, and returns what it says.</summary>
    public static async Task<string> RefusalAsync(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
    }

    public void Dispose()
    {
        Client.Dispose();
        End(_process);
        _process.Dispose();
    }

    private static void End(Process process)
    {
        if (process.HasExited)
            return;
        process.Kill();
        process.WaitForExit();
    }

    private static Process StartProcess(string[] settings)
    {
        // The program's own output folder, beside that of the tests: bin/<configuration>/<framework>.
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(
            TestData.RepositoryRoot, "samples", "ImageService", "bin", framework.Parent!.Name, framework.Name, "ImageService.dll");
        var start =
            new ProcessStartInfo("dotnet", ["exec", program, "--urls", "http://127.0.0.1:0", .. settings.Select(s => $"--Service:{s}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Settings and page are found from anywhere.
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        return Process.Start(start)!;
    }
}
