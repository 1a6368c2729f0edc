using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using TransferLearning.Studio;

namespace TransferLearning.Cli.Projects;

/// <summary>A run of the command line among the runs of a project, from its begin to its end.</summary>
internal sealed class ProjectRun : IDisposable
{
    private readonly ProjectFolder _folder;
    private readonly RunTable _runs;
    private readonly long _id;
    private readonly IDisposable _lock;
    private readonly RunFiles _files;

    private ProjectRun(ProjectFolder folder, RunTable runs, long id, IDisposable runLock)
    {
        (_folder, _runs, _id, _lock) = (folder, runs, id, runLock);
        _files = new RunFiles(folder, id);
    }

    /// <summary>The model's own place in the project.</summary>
    public string Model => _files.Model;

    /// <summary>Adds a run that trains, or goes on with one that was stopped.</summary>
    /// <param name="folder">The project.</param>
    /// <param name="command">The command line, for people to read.</param>
    /// <param name="output">The file that the user has named; null for the project's own place.</param>
    /// <param name="resumes">Whether the newest stopped run with the same output goes on.</param>
    /// <exception cref="InvalidDataException">The database cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task<ProjectRun> BeginAsync(ProjectFolder folder, string command, string? output, bool resumes)
    {
        var runs = new RunTable(folder.Database);
        string options = new JsonObject { ["command"] = command, ["output"] = output }.ToJsonString();
        try
        {
            var known = RunLock.ReadRuns(folder, runs);
            var run = resumes
                ? known.FirstOrDefault(run => run is { State: not (RunState.Done or RunState.Running), Source: TrainingRun.OfCommand } &&
                    OutputOf(run) == output)
                : null;
            run ??= runs.Add(new TrainingRun
            {
                Name = output is null
                    ? FormattableString.Invariant($"Run {known.Select(run => run.Id).DefaultIfEmpty(0).Max() + 1}")
                    : Path.GetFileNameWithoutExtension(output),
                Source = TrainingRun.OfCommand,
                State = RunState.Queued,
                Created = DateTimeOffset.UtcNow,
                Options = options,
            });
            var runLock = await RunLock.TakeAsync(new RunFiles(folder, run.Id), TimeSpan.Zero).ConfigureAwait(false);
            runs.Update(run.Id, known => known with { State = RunState.Running, Options = options, Error = null });
            return new ProjectRun(folder, runs, run.Id, runLock);
        }
        catch (SqliteException error)
        {
            throw new IOException($"'{folder.Database}' cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Records what is trained.</summary>
    public void Takes(Backbone backbone) => Update(run => run with { Backbone = backbone.Name });

    /// <summary>Records the finished classifier, with a copy of its file where that is elsewhere.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="file">Its file.</param>
    /// <param name="change">What is known besides.</param>
    public void Done(ImageClassifier classifier, string file, Func<TrainingRun, TrainingRun>? change = null)
    {
        file = Path.GetFullPath(file);
        string model = file;
        try
        {
            if (file != _files.Model)
                File.Copy(file, _files.Model, overwrite: true);
            model = Path.GetRelativePath(_folder.State, _files.Model);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: The project has no copy of '{file}': {error.Message}");
        }

        long bytes = new FileInfo(file).Length;
        Update(run =>
        {
            var done = run.With(classifier, model, bytes) with { State = RunState.Done };
            return change is null ? done : change(done);
        });
    }

    /// <summary>Records an end without a model.</summary>
    public void End(RunState state, string? error = null) =>
        Update(run => run.State == RunState.Running ? run with { State = state, Error = error } : run);

    public void Dispose() => _lock.Dispose();

    private static string? OutputOf(TrainingRun run) => JsonNode.Parse(run.Options)?["output"]?.GetValue<string>();

    /// <summary>What was trained counts more than its record.</summary>
    private void Update(Func<TrainingRun, TrainingRun> change)
    {
        try
        {
            _runs.Update(_id, change);
        }
        catch (Exception error) when (error is SqliteException or InvalidDataException)
        {
            Console.Error.WriteLine($"warning: The run cannot be recorded in '{_folder.Database}': {error.Message}");
        }
    }
}
