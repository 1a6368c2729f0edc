namespace TransferLearning.Studio;

/// <summary>Runs the studio until it is stopped.</summary>
public static class StudioProgram
{
    private const int Failed = 2;

    /// <summary>Opens the folder, starts the server, prints its address and waits.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(StudioOptions options, CancellationToken cancellationToken)
    {
        await using var app = StudioServer.Build(options);
        try
        {
            if (options.Folder is { } folder)
                await app.Services.GetRequiredService<StudioSession>().OpenAsync(folder, options.State);
            await app.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return Failed;
        }

        string address = StudioServer.AddressOf(app);
        await Console.Out.WriteLineAsync($"The studio is at {address}");
        await Console.Out.WriteLineAsync("Stop it with Ctrl+C. Nothing is lost: everything is written down as you work.");
        if (options.OpensBrowser)
            Browser.Open(address);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
