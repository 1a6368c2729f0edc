using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TransferLearning.Studio;

namespace TransferLearning.Cli.Projects;

/// <summary><c>runs [FOLDER]</c>: the runs of a project, of the studio and of the command line.</summary>
internal static class RunsCommand
{
    private const int HashDigits = 8;

    public static Command Create()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "The folder of a project: one that 'studio' or 'train --project' has worked on.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => ".",
        }.RefuseOptionLike();
        var json = SharedOptions.Json();
        var command = new Command("runs", "List the runs of a project: those of the studio, and those of 'train --project'.")
        {
            folder, json,
        };
        command.SetAction(parsed =>
        {
            string given = parsed.GetRequiredValue(folder);
            if (!Directory.Exists(given))
                throw new DirectoryNotFoundException($"There is no folder '{given}'.");
            var project = ProjectFolder.Find(given);
            var runs = project is null ? [] : Read(project);
            if (parsed.GetValue(json))
                JsonOutput.Print<IReadOnlyList<JsonOutput.RunLine>>([.. runs.Select(run => Describe(run, project!))]);
            else if (runs.Count == 0)
                Console.Out.WriteLine($"No runs in '{given}'. Record one with 'train IMAGES --project {given}', or train in the studio.");
            else
                Print(runs);
            return ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<TrainingRun> Read(ProjectFolder project)
    {
        // A run of a studio that was killed is put into the queue at its next start.
        return
        [
            .. RunLock.ReadRuns(project, new RunTable(project.Database)).Select(run =>
                run.State == RunState.Running && !RunLock.IsHeld(new RunFiles(project, run.Id)) ? run.AsInterrupted() : run),
        ];
    }

    private static JsonOutput.RunLine Describe(TrainingRun run, ProjectFolder project) => new(
        run.Id,
        run.Name,
        run.Source,
        StateOf(run),
        run.Created,
        run.Scenario is { } scenario ? ScenarioOptions.NameOf(scenario) : null,
        run.Backbone,
        run.DataHash,
        run.Accuracy,
        run is { Lower: { } lower, Upper: { } upper } ? [lower, upper] : null,
        run.Images,
        run.Seconds,
        run.Model is { } model ? Path.GetFullPath(Path.Combine(project.State, model)) : null,
        run.Bytes,
        run.Error,
        run.Notes.Length > 0 ? run.Notes : null);

    private static void Print(IReadOnlyList<TrainingRun> runs)
    {
        var table = new Table().AddColumns(
            "run", "when", "name", "by", "scenario", "backbone", "data", "accuracy", "95%", "seconds", "MB", "state", "notes");
        foreach (var run in runs)
        {
            string?[] cells =
            [
                run.Id.ToString(CultureInfo.InvariantCulture),
                run.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                run.Name,
                run.Source,
                run.Scenario is { } scenario ? ScenarioOptions.NameOf(scenario) : null,
                run.Backbone,
                run.DataHash?[..Math.Min(HashDigits, run.DataHash.Length)],
                run.Accuracy is { } accuracy ? Words.Share(accuracy) : null,
                run is { Lower: { } lower, Upper: { } upper } ? $"{Words.Share(lower)} to {Words.Share(upper)}" : null,
                run.Seconds?.ToString("F1", CultureInfo.InvariantCulture),
                run.Bytes is { } bytes ? (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture) : null,
                run.Error is { } error ? $"{StateOf(run)}: {error}" : StateOf(run),
                run.Notes,
            ];
            table.AddRow(cells.Select(cell => new Text(cell ?? "–")));
        }

        TableOutput.Write(table);
    }

    private static string StateOf(TrainingRun run) => run.State switch
    {
        RunState.Queued => "queued",
        RunState.Running => "running",
        RunState.Done => "done",
        RunState.Failed => "failed",
        RunState.Cancelled => "cancelled",
        _ => "interrupted",
    };
}
