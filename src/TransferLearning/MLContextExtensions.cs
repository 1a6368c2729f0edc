using Microsoft.ML;
using TransferLearning.MLNet;

namespace TransferLearning;

/// <summary>Makes transfer learning a member of <see cref="MLContext"/>.</summary>
public static class MLContextExtensions
{
    extension(MLContext context)
    {
        /// <summary>Images in ML.NET pipelines: features of a pretrained network, and image classifiers.</summary>
        public TransferLearningCatalog TransferLearning
        {
            get
            {
                ArgumentNullException.ThrowIfNull(context);
                return new TransferLearningCatalog(context);
            }
        }
    }
}
