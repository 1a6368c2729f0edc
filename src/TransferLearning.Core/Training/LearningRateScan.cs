using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>
/// The result of a learning-rate range test (Smith, 2017; <c>lr_find</c> of fastai): one step at each of a rising series of rates, until
/// the loss explodes.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record LearningRateScan
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Margin = 48;

    /// <summary>The learning rate of each step, rising, with the exponentially smoothed loss after the step.</summary>
    public required IReadOnlyList<(double LearningRate, double Loss)> Trials { get; init; }

    /// <summary>
    /// A tenth of the rate at which the smoothed loss was lowest, for <see cref="TrainingOptions.LearningRate"/>.
    /// </summary>
    public required double Suggestion { get; init; }

    /// <summary>The loss over the learning rate, on a logarithmic axis, with the suggestion: a self-contained SVG document.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        Line($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' font-family='sans-serif' font-size='12'>");
        Line($"<title>Loss over learning rate; suggestion {Suggestion:G3}</title>");
        Line($"<rect width='{Width}' height='{Height}' fill='white'/>");
        if (Trials.Count > 1)
        {
            (double left, double right) = (Math.Log10(Trials[0].LearningRate), Math.Log10(Trials[^1].LearningRate));
            (double low, double high) = (Trials.Min(trial => trial.Loss), Trials.Max(trial => trial.Loss));
            double X(double rate) => Margin + ((Width - (2 * Margin)) * (Math.Log10(rate) - left) / (right - left));
            double Y(double loss) => Height - Margin - ((Height - (2 * Margin)) * (loss - low) / Math.Max(high - low, double.Epsilon));
            for (int decade = (int)Math.Ceiling(left); decade <= right; decade++)
            {
                double x = X(Math.Pow(10, decade));
                Line($"<path d='M{x:F1} {Margin}V{Height - Margin}' stroke='#ddd'/>");
                Line($"<text x='{x:F1}' y='{Height - Margin + 18}' text-anchor='middle'>1e{decade}</text>");
            }

            foreach (double loss in (double[])[low, high])
                Line($"<text x='{Margin - 6}' y='{Y(loss) + 4:F1}' text-anchor='end'>{loss:G3}</text>");
            string points = string.Join(' ', Trials.Select(trial => Text($"{X(trial.LearningRate):F1},{Y(trial.Loss):F1}")));
            Line($"<polyline points='{points}' fill='none' stroke='#1f77b4' stroke-width='2'/>");
            double suggestion = X(Math.Max(Suggestion, Trials[0].LearningRate));
            Line($"<path d='M{suggestion:F1} {Margin}V{Height - Margin}' stroke='#d62728' stroke-dasharray='4'/>");
            Line($"<text x='{suggestion:F1}' y='{Margin - 8}' text-anchor='middle' fill='#d62728'>{Suggestion:G3}</text>");
        }

        Line($"<text x='{Width / 2}' y='{Height - 8}' text-anchor='middle'>learning rate</text>");
        Line($"<text x='12' y='{Height / 2}' text-anchor='middle' transform='rotate(-90 12 {Height / 2})'>loss</text>");
        return svg.Append("</svg>\n").ToString();

        void Line(FormattableString text) => svg.Append(Text(text)).Append('\n');
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
