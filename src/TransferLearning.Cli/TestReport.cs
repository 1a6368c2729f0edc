namespace TransferLearning.Cli;

/// <summary>The evaluation at the end of a training.</summary>
internal static class TestReport
{
    /// <summary>Evaluates a classifier on the test images, and writes a report of them, or else of the validation images.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="dataset">The dataset that it was trained on.</param>
    /// <param name="page">The report to write; null for none.</param>
    /// <param name="undecodable">Whether images that cannot be decoded are skipped.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The figures of the test images; null if there are none.</returns>
    public static async Task<ClassificationReport?> WriteAsync(
        ImageClassifier classifier, ImageDataset dataset, string? page, UndecodableImages undecodable, CancellationToken cancellationToken)
    {
        var images = dataset.Test.Count > 0 ? dataset.Test : dataset.Validation;
        if (images.Count == 0 || page is null && dataset.Test.Count == 0)
        {
            return page is null
                ? null
                : throw new DatasetException(
                    $"'{dataset.Name}' has no test or validation images for --report; set some aside with --test.");
        }

        var evaluation = await EvaluateCommand.EvaluateAsync(classifier, images, undecodable, cancellationToken).ConfigureAwait(false);
        if (page is not null)
            await EvaluateCommand.WriteReportAsync(page, evaluation, classifier, cancellationToken).ConfigureAwait(false);
        return dataset.Test.Count > 0 ? evaluation.Report : null;
    }
}
