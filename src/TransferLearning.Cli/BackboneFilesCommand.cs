using System.CommandLine;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>backbones fetch</c> and <c>backbones verify</c>: the weights on this machine.</summary>
internal static class BackboneFilesCommand
{
    private const string Embedded = "embedded";

    public static Command Fetch()
    {
        var name = new Argument<string>("name") { Description = "A name of the catalog." }.RefuseOptionLike();
        var json = SharedOptions.Json();
        var command = new Command("fetch", "Fetch and verify the weights of a backbone, so that later work needs no network.") { name, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var backbone = Backbones.Find(parsed.GetRequiredValue(name));
            // An embedded backbone has no file to fetch.
            if (backbone.Weights is { } weights)
                await ProgressDisplay.RunAsync(progress => new WeightCache().FetchAsync(weights, progress, cancellationToken)).ConfigureAwait(false);
            var file = await CheckAsync(new WeightCache(), backbone, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOutput.Print(file);
            else
                Console.Out.WriteLine($"{backbone.Name} is on this machine and verified{(file.Path is { } path ? $": {path}" : " (it is part of the program)")}.");
            return ExitCode.Success;
        });
        return command;
    }

    public static Command Verify()
    {
        var names = new Argument<string[]>("name") { Description = "Names of the catalog, which must be there; none: whatever is there.", Arity = ArgumentArity.ZeroOrMore };
        var json = SharedOptions.Json();
        var command = new Command("verify", "Check size and SHA-256 of the weights on this machine; exit code 1 if some are damaged, or a named one is missing.") { names, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(names) ?? [];
            var backbones = wanted.Length == 0 ? Backbones.All : [.. wanted.Select(Backbones.Find)];
            var cache = new WeightCache();
            var files = new List<JsonOutput.BackboneFile>(backbones.Count);
            foreach (var backbone in backbones)
                files.Add(await CheckAsync(cache, backbone, cancellationToken).ConfigureAwait(false));
            if (parsed.GetValue(json))
                JsonOutput.Print<IReadOnlyList<JsonOutput.BackboneFile>>(files);
            else
                Print(files);
            bool faulty = files.Any(file => file.State == Name(CachedWeights.Damaged) || (wanted.Length > 0 && file.State == Name(CachedWeights.Missing)));
            return faulty ? ExitCode.Unavailable : ExitCode.Success;
        });
        return command;
    }

    private static async Task<JsonOutput.BackboneFile> CheckAsync(WeightCache cache, Backbone backbone, CancellationToken cancellationToken)
    {
        if (backbone.Weights is not { } weights)
            return new JsonOutput.BackboneFile(backbone.Name, Embedded, null, null, null);
        var state = await cache.CheckAsync(weights, cancellationToken).ConfigureAwait(false);
        return new JsonOutput.BackboneFile(backbone.Name, Name(state), cache.PathOf(weights), weights.Bytes, weights.Sha256);
    }

    private static void Print(IReadOnlyList<JsonOutput.BackboneFile> files)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "state", "file");
        foreach (var file in files)
            table.AddRow(Markup.Escape(file.Name), file.State, Markup.Escape(file.Path ?? "–"));
        TableOutput.Write(table);
    }

    private static string Name(CachedWeights state) => state switch
    {
        CachedWeights.Ready => "ready",
        CachedWeights.Damaged => "damaged",
        _ => "missing",
    };
}
