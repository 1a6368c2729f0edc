namespace TransferLearning.Cli;

/// <summary>Lists all damaged images of a dataset at once, where the library stops at the first.</summary>
internal static class DamagedImages
{
    private const int MostNames = 20;

    /// <summary>Runs work on a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops the search for damaged images.</param>
    /// <exception cref="InvalidDataException">Images cannot be decoded; the message names them.</exception>
    public static async Task<T> ListAllAsync<T>(ImageDataset dataset, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (ImageDecodeException error)
        {
            var options = new DatasetCheckOptions { FindReencoded = false };
            var report = await ProgressDisplay.RunAsync(
                progress => DatasetDoctor.CheckAsync(dataset, options, progress, cancellationToken)).ConfigureAwait(false);
            string[] damaged =
            [
                .. report.Findings.Where(finding => finding.Kind == DatasetFindingKind.Undecodable)
                    .Select(finding => finding.Message.TrimEnd('.').Split("; replace it")[0]),
            ];
            if (damaged.Length < 2)
                throw;
            string list = string.Join("; ", damaged.Take(MostNames));
            string more = damaged.Length > MostNames ? FormattableString.Invariant($"; and {damaged.Length - MostNames} more") : "";
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"{damaged.Length} images cannot be used: {list}{more}. Replace them, or leave them out with ") +
                    "--skip-undecodable.",
                error);
        }
    }
}
