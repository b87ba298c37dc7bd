import type { Outcome } from '../../model/failure.ts';
import type { Attachment } from '../../model/timeline-item.ts';

/** How pictures and files are had. */
export interface MediaAccess {
  imageUrl(attachment: Attachment): Promise<Outcome<string>>;
  save(attachment: Attachment): Promise<Outcome<void>>;
}
